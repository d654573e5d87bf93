package client

import (
	"context"
	"net/http"
	"testing"
)

// BenchmarkDo is one request through the whole transport.
func BenchmarkDo(b *testing.B) {
	f := serve(b, answer(http.StatusOK, `{"id":"thing_1"}`), func(c *Config) {
		c.Observe = func(context.Context, Event) {}
	})
	b.ReportAllocs()
	for b.Loop() {
		var out struct{ ID string }
		if err := f.Do(b.Context(), Request{Method: http.MethodGet, Path: "/v1/things"}, &out); err != nil {
			b.Fatal(err)
		}
	}
}
