package web

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"net/http"
)

// openAPI describes every address; tests compare the answers with it.
//
//go:embed openapi.json
var openAPI []byte

// api serves the description with this server's own address in it.
func (s *Server) api(w http.ResponseWriter, r *http.Request) error {
	if err := onlyJSON(r).Err(); err != nil {
		return err
	}
	server, err := json.Marshal(originOf(r.Context()).url(""))
	if err != nil {
		return err
	}
	body := bytes.Replace(openAPI, []byte(`"http://localhost:8080"`), server, 1)
	return write(w, r, answer{contentType: mediaOpenAPI, body: body})
}
