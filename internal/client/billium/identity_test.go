package billium_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// Keys with one prefix are told from each other, live, inactive or revoked.
func TestIdentify(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c, merchant := connect(t, s, newClock()), s.Credentials.Billium.MerchantID
	s.StartTokens("0123456789abc")
	type made struct{ id, token string }
	mint := func() made {
		token := s.BilliumKeyAs(t, platform.Owner)
		return made{s.BilliumKeys(t)[0].ID, token}
	}
	live, inactive, revoked := mint(), mint(), mint()
	s.DisableKey(t, inactive.id)
	s.RevokeKey(t, revoked.id)
	for name, k := range map[string]struct {
		key     made
		refused bool
	}{"live": {live, false}, "inactive": {inactive, true}, "revoked": {revoked, true}} {
		got, err := c.Identify(t.Context(), merchant, client.NewSecret(k.key.token))
		if err != nil || got.KeyID != k.key.id || (got.Refusal != nil) != k.refused {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	stranger := "sk_0123456789abc" + strings.Repeat("0", 83)
	if got, err := c.Identify(t.Context(), merchant, client.NewSecret(stranger)); !errors.Is(err, client.ErrUnidentified) || !client.Refused(err) {
		t.Errorf("a stranger's: %+v, %v", got, err)
	}
	own, err := c.WithCredential(client.NewSecret(live.token))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := own.OwnKey(t.Context(), merchant); err != nil || got.ID != live.id {
		t.Errorf("its own: %+v, %v", got, err)
	}
}

// An answer that is none tells nothing.
func TestOwnKeyThatCantBeTold(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c, merchant := connect(t, s, newClock()), s.Credentials.Billium.MerchantID
	s.Intercept(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = fmt.Fprint(w, `{"statusCode":503,"message":"no","error":"Service Unavailable"}`)
		})
	})
	if _, err := c.OwnKey(t.Context(), merchant); !errors.Is(err, client.ErrUnidentified) || !errors.Is(err, client.ErrServer) {
		t.Error(err)
	}
	if _, err := c.Identify(t.Context(), merchant, client.NewSecret(s.Credentials.Billium.APIKey)); !errors.Is(err, client.ErrUnidentified) || client.Refused(err) {
		t.Error(err)
	}
}

// An answer that names a key whose prefix is not the token's is about another key.
func TestOwnKeyThatContradictsTheCredential(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c, merchant := connect(t, s, newClock()), s.Credentials.Billium.MerchantID
	other := s.BilliumKeyAs(t, platform.Owner)
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/api-keys/current") {
				r.Header.Set("X-Api-Key", other)
			}
			next.ServeHTTP(w, r)
		})
	})
	if got, err := c.OwnKey(t.Context(), merchant); !errors.Is(err, client.ErrUnidentified) || client.Refused(err) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := c.Presented(t.Context(), merchant); !errors.Is(err, client.ErrUnidentified) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := c.Identify(t.Context(), merchant, client.NewSecret(s.Credentials.Billium.APIKey)); !errors.Is(err, client.ErrUnidentified) {
		t.Errorf("%+v, %v", got, err)
	}
}
