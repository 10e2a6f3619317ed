package web

import (
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"kraj/web/app"
)

// The longest that one request of a sort may work.
const (
	quick = 15 * time.Second
	dear  = 30 * time.Second
)

// routes is the only place that knows which address leads where.
func (s *Server) routes() *mux.Router {
	r := mux.NewRouter().UseEncodedPath().SkipClean(true)
	get := func(path string, limit time.Duration, e endpoint) {
		r.Handle(path, open(s.do(limit, e))).Methods(http.MethodGet, http.MethodHead, http.MethodOptions)
	}

	// The router asks its routes one by one: first the one that most requests are for
	get(tileRoute, dear, s.tile)

	// Operating
	get("/healthz", quick, s.healthz)
	get("/readyz", quick, s.readyz)
	r.Handle("/metrics", s.metrics.handler()).Methods(http.MethodGet)

	// The page
	get("/", quick, s.home)
	r.PathPrefix("/assets/").Handler(app.Assets()).Methods(http.MethodGet, http.MethodHead)

	get("/projekt/{municipality}/{code:.+}", quick, s.projectPage)
	get("/kraj/{layer}/{municipality}/{code:.+}", quick, s.placePage)

	// Signing in
	r.Handle("/login", s.do(quick, s.loginForm)).Methods(http.MethodGet, http.MethodHead)
	r.Handle("/login", s.sameOrigin(s.do(quick, s.login))).Methods(http.MethodPost)
	get("/login.css", quick, s.loginStyle)
	r.Handle("/logout", s.sameOrigin(s.do(quick, s.logout))).Methods(http.MethodPost)
	r.Handle("/api/v1/session", s.do(quick, s.session)).Methods(http.MethodGet, http.MethodHead)

	// The council paper
	get("/gradivo", dear, s.council)
	get("/gradivo.css", quick, s.councilStyle)
	get("/gradivo.js", quick, s.councilScript)

	// The statement on accessibility
	get("/dostopnost", quick, s.accessibility)
	get("/dostopnost.css", quick, s.accessibilityStyle)

	// The API
	get("/api/v1/municipalities", quick, s.municipalities)
	get("/api/v1/projects", quick, s.projects)
	get("/api/v1/projects.{format:csv|xlsx|geojson|gpkg}", fileTime, s.projectFile)
	get("/api/v1/facets", dear, s.facets)
	get("/api/v1/projects/{municipality}/{code:.+}", quick, s.project)
	get("/api/v1/places/{layer}/{municipality}/{code:.+}", quick, s.place)
	get("/api/v1/at", quick, s.at)
	get("/api/v1/search", quick, s.search)
	get("/api/v1/balance", dear, s.balance)
	get("/api/v1/balance/projects", dear, s.balanceProjects)
	get("/api/v1/gaps", dear, s.gaps)
	get("/api/v1/gaps/{name}", dear, s.gap)
	get("/api/v1/near", dear, s.near)
	r.Handle("/api/v1/near", s.sameOrigin(s.do(dear, s.nearDrawn))).Methods(http.MethodPost)
	get("/api/v1/overlaps", dear, s.overlaps)
	get("/api/v1/catchment/{layer}/{municipality}/{code:.+}", dear, s.catchment)
	get("/api/v1/chain", quick, s.chain)
	get("/api/v1/history", dear, s.history)

	r.Handle("/api/v1/changes", open(s.stream(s.changes))).Methods(http.MethodGet, http.MethodOptions)

	// Tiles
	get("/tiles/{layers}.json", quick, s.tileJSON)
	get("/styles/kraj.json", quick, s.style)
	for _, at := range []string{"/styles/sprite/", "/styles/sprite/{municipality}/"} {
		get(at+"{mode:light|dark}{density:(?:(?:@|%40)2x)?}.{format:json|png}", quick, s.sprite)
	}

	// OGC API Features and Tiles; the landing page is home
	get("/api", quick, s.api)
	get("/conformance", quick, s.conformance)
	get("/collections", quick, s.collections)
	get("/collections/{layer}", quick, s.collection)
	get("/collections/{layer}/queryables", quick, s.queryables)
	get("/collections/{layer}/items", dear, s.items)
	get("/collections/{layer}/items/{id}", quick, s.item)
	for _, at := range []string{"/tiles", "/collections/{layer}/tiles"} {
		get(at, quick, s.tilesets)
		get(at+"/"+tileMatrixSet, quick, s.tileset)
		get(at+"/"+tileMatrixSet+"/{z}/{y}/{x}", dear, s.ogcTile)
	}

	r.NotFoundHandler = s.do(quick, s.notFound)
	r.MethodNotAllowedHandler = s.do(quick, s.methodNotAllowed(r))
	return r
}

// middleware wraps the router; the first is the outermost.
func (s *Server) middleware(router *mux.Router) http.Handler {
	router.Use(noteRoute)
	var h http.Handler = router
	for _, wrap := range []func(http.Handler) http.Handler{
		s.identify, s.forwarded, s.limit, s.tileHit, s.recover, s.headers, s.observe, s.number,
	} {
		h = wrap(h)
	}
	return h
}
