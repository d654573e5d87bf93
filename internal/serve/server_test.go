package serve

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// twice is a provider that makes two requests for each read.
type twice struct {
	protocolServer
	client *client.Client
}

func (p *twice) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	for range 2 {
		if err := p.client.Do(ctx, client.Request{Method: http.MethodGet, Path: "/v1/things"}, nil); err != nil {
			return nil, err
		}
	}
	return &tfprotov6.ReadResourceResponse{}, nil
}

// A limit that is used up after every request holds each read up for a minute, on
// a clock that the test moves.
func TestWarnsOfALongWait(t *testing.T) {
	t.Parallel()
	platform := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Limit", "1")
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", "60")
	}))
	t.Cleanup(platform.Close)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c, err := client.New(client.Config{
		Options: client.Options{
			BaseURL: platform.URL, APIKey: client.NewSecret("x"),
			Now:   func() time.Time { return now },
			Sleep: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
		},
		Platform: "Testbill", Authorize: func(http.Header, client.Secret) {}, ErrorMessage: func([]byte) string { return "" },
	})
	if err != nil {
		t.Fatal(err)
	}
	served := &server{protocolServer: &twice{client: c}}
	response, err := served.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{})
	if err != nil || len(response.Diagnostics) != 1 || !strings.Contains(response.Diagnostics[0].Detail, "waited 1m0s") {
		t.Errorf("got %+v, %v", response, err)
	}
}
