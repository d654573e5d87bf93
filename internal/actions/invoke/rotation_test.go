package invoke

import (
	"strings"
	"testing"
	"time"
)

func TestKeyRequest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		key        Key
		want, says string
	}{
		{"a key", Key{ID: "key_1", Name: "shop"}, "shop (rotate)", ""},
		{"asked before", Key{ID: "key_1", Name: "shop (rotate)"}, "shop (rotate)", ""},
		{"revoked", Key{ID: "key_1", Name: "shop", RevokedAt: new(time.Unix(0, 0))}, "", "was revoked at 1970-01-01T00:00:00Z"},
		{"ephemeral", Key{ID: "key_1", Name: "keyward-ephemeral/20260301T120000Z/ci"}, "", "lives for one run"},
		{"too long", Key{ID: "key_1", Name: strings.Repeat("x", 100)}, "", "change rotate_when_changed of its resource."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, diags := c.key.Request()
			if got != c.want || diags.HasError() != (c.says != "") {
				t.Fatalf("Request = %q, %v", got, diags)
			}
			if c.says != "" && !strings.Contains(diags[0].Detail(), c.says) {
				t.Errorf("it says %q", diags[0].Detail())
			}
		})
	}
}
