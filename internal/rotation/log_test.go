package rotation_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

const provider = "terraform-provider-keyward/1.0 (linux)"

var madeAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func row(method, path string, status int, agent string) rotation.Row {
	return rotation.Row{At: madeAt, Method: method, Path: path, Status: status, UserAgent: agent}
}

func TestNewKeyOf(t *testing.T) {
	t.Parallel()
	named := row(http.MethodPatch, "/v1/api_keys/key_new", 200, provider+" (rotates key_old)")
	verified := row(http.MethodGet, "/v1/companies/com_1", 200, provider+" (verifies key_new)")
	used := madeAt.Add(time.Second)
	for name, c := range map[string]struct {
		key  rotation.Finished
		want bool
	}{
		"named by a rotation, verified":         {rotation.Finished{Made: []rotation.Row{named}, Own: []rotation.Row{verified}, LastUsedAt: &used}, true},
		"named by a rotation, verified in vain": {rotation.Finished{Made: []rotation.Row{named}, Own: []rotation.Row{row(http.MethodGet, "/", 500, provider+" (verifies key_new)")}}, true},
		"named by a rotation, never used":       {rotation.Finished{Made: []rotation.Row{named}}, true},
		"used, with no row to show it":          {rotation.Finished{Made: []rotation.Row{named}, LastUsedAt: &used}, false},
		"used by a program":                     {rotation.Finished{Made: []rotation.Row{named}, Own: []rotation.Row{verified, row(http.MethodGet, "/", 200, "curl/8")}}, false},
		"used by a program, always refused":     {rotation.Finished{Made: []rotation.Row{named}, Own: []rotation.Row{row(http.MethodGet, "/", 403, "curl/8")}}, false},
		"used as a provider's credential":       {rotation.Finished{Made: []rotation.Row{named}, Own: []rotation.Row{row(http.MethodGet, "/", 200, provider)}}, false},
		"verified as another key":               {rotation.Finished{Made: []rotation.Row{named}, Own: []rotation.Row{row(http.MethodGet, "/", 200, provider+" (verifies key_x)")}}, false},
		"more rows than are read":               {rotation.Finished{Made: []rotation.Row{named}, Own: slices.Repeat([]rotation.Row{verified}, rotation.MaxRequests)}, false},
		"no row":                                {rotation.Finished{}, false},
		"a rotation of another key":             {rotation.Finished{Made: []rotation.Row{row(http.MethodPatch, "/v1/api_keys/key_new", 200, provider+" (rotates key_x)")}}, false},
		"another key's name":                    {rotation.Finished{Made: []rotation.Row{row(http.MethodPatch, "/v1/api_keys/key_x", 200, provider+" (rotates key_old)")}}, false},
		"a request that failed":                 {rotation.Finished{Made: []rotation.Row{row(http.MethodPatch, "/v1/api_keys/key_new", 500, provider+" (rotates key_old)")}}, false},
		"a request that names nothing":          {rotation.Finished{Made: []rotation.Row{row(http.MethodGet, "/v1/api_keys/key_new", 200, provider+" (rotates key_old)")}}, false},
		"someone else's words":                  {rotation.Finished{Made: []rotation.Row{row(http.MethodPatch, "/v1/api_keys/key_new", 200, "curl/8 (rotates key_old)")}}, false},
	} {
		c.key.ID = "key_new"
		if got := rotation.NewKeyOf(c.key, "key_old", "key_older"); got != c.want {
			t.Errorf("%s: got %t, want %t", name, got, c.want)
		}
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"shop": true, "shop (rotate)": true, "shop ": false, "Shop": false, "shop (rotate) (rotate)": false} {
		if got := rotation.Named(name, "shop"); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
		}
	}
}
