package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"

	"kraj/geo/pgtest"
	"kraj/web"
)

// A server that ends leaves nothing running, streams and listener included. Not parallel: it looks at the whole process.
func TestNothingGoesOnAfterTheEnd(t *testing.T) {
	pools := pgtest.New(t)
	siteOver(t, pools).filled()
	before := goleak.IgnoreCurrent()
	server := web.New(web.Config{Pools: pools})
	site := httptest.NewServer(server)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); server.Run(ctx) }()
	client := &http.Client{Transport: &http.Transport{}}
	var streams []*http.Response
	for range 20 {
		resp, err := client.Get(site.URL + "/api/v1/changes")
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%v %v", resp, err)
		}
		defer resp.Body.Close()
		streams = append(streams, resp)
	}
	for _, path := range []string{"/tiles/settlements/" + kranjTile, "/api/v1/projects", "/metrics"} {
		resp, err := client.Get(site.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	cancel()
	<-ended
	for _, stream := range streams { // the hub ended them
		buffer := make([]byte, 1024)
		for {
			if _, err := stream.Body.Read(buffer); err != nil {
				break
			}
		}
	}
	client.CloseIdleConnections()
	site.Close()
	pools.Public.Reset()
	pools.Planner.Reset()
	goleak.VerifyNone(t, before)
}
