package requestctx

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// JSON answers with a value. The whole body is made before the first byte of it
// is sent, so that a value that has no JSON form is an error and no half answer.
func JSON(w http.ResponseWriter, status int, value any) error {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	Raw(w, status, body.Bytes())
	return nil
}

// Raw answers with a body that is JSON already.
func Raw(w http.ResponseWriter, status int, body []byte) {
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "no-store") // some bodies hold a token
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client is gone
}
