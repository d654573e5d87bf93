package provider_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// ephemeralCase is what differs between the platforms in these tests.
type ephemeralCase struct {
	typeName, path, config string
	set                    values
	valid                  func(string) bool
	// keys returns the ids of the keys of that name: of all, and of the live ones.
	keys func(w *world, t *testing.T, name string) (all, live []string)
	// other is the same platform under another credential.
	other func(w *world, t *testing.T) *world
}

func ephemeralCases() map[string]ephemeralCase {
	return map[string]ephemeralCase{
		"Corebill": {
			typeName: "keyward_corebill_api_key", path: "/corebill/v1/api_keys", valid: corebill.ValidToken,
			config: `ephemeral "keyward_corebill_api_key" "run" {
				name             = "run"
				permission_level = "read"
				open             = terraform.applying
			}`,
			set: values{"name": text("run"), "permission_level": text("read")},
			keys: func(w *world, t *testing.T, name string) (all, live []string) {
				for _, key := range w.CorebillKeys(t) {
					all, live = count(all, live, key.ID, isEphemeral(key.Name, name), key.RevokedAt)
				}
				return all, live
			},
			other: func(w *world, t *testing.T) *world {
				return w.with("COREBILL_API_KEY", w.CorebillKey(t, "", corebill.Admin))
			},
		},
		"Billium": {
			typeName: "keyward_billium_api_key", path: "/api-keys", valid: billium.ValidToken,
			config: `ephemeral "keyward_billium_api_key" "run" {
				name        = "run"
				permissions = ["invoice:*"]
				open        = terraform.applying
			}`,
			set: values{"name": text("run"), "permissions": tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{text("invoice:*")})},
			keys: func(w *world, t *testing.T, name string) (all, live []string) {
				for _, key := range w.BilliumKeys(t) {
					all, live = count(all, live, key.ID, isEphemeral(key.Name, name), key.RevokedAt)
				}
				return all, live
			},
			other: func(w *world, t *testing.T) *world {
				return w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Owner))
			},
		},
	}
}

func count(all, live []string, id string, named bool, revoked *time.Time) (nowAll, nowLive []string) {
	if named {
		all = append(all, id)
		if revoked == nil {
			live = append(live, id)
		}
	}
	return all, live
}

// isEphemeral reports whether a key is one of that declared name, or on its way there.
func isEphemeral(name, declared string) bool {
	parsed, ok := provisional.ParseEphemeral(name)
	return ok && parsed.Name == declared || provisional.Is(name)
}

// onEach runs a test on both platforms.
func onEach(t *testing.T, test func(t *testing.T, c ephemeralCase)) {
	t.Helper()
	t.Parallel()
	for name, c := range ephemeralCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

// setWith returns the case's configuration with one attribute more.
func (c ephemeralCase) setWith(name string, value tftypes.Value) values {
	set := maps.Clone(c.set)
	set[name] = value
	return set
}

func (c ephemeralCase) wantLive(t *testing.T, w *world, name string, want ...string) {
	t.Helper()
	_, live := c.keys(w, t, name)
	slices.Sort(live)
	slices.Sort(want)
	if !slices.Equal(live, want) {
		t.Errorf("live are %q, want %q", live, want)
	}
}

// withoutTokens answers creations without the token.
func withoutTokens(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			next.ServeHTTP(out, r)
			return
		}
		recorded := httptest.NewRecorder()
		next.ServeHTTP(recorded, r)
		var object map[string]any
		if err := json.Unmarshal(recorded.Body.Bytes(), &object); err != nil {
			http.Error(out, "the answer is no object", http.StatusInternalServerError)
			return
		}
		delete(object, "token")
		out.WriteHeader(recorded.Code)
		_ = json.NewEncoder(out).Encode(object)
	})
}
