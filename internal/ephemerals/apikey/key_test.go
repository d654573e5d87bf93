package apikey

import (
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

func TestOverdue(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 15, 0, 0, 0, time.UTC)
	until := func(declared string, at time.Time) string {
		return provisional.Ephemeral{Name: declared, Until: at}.String()
	}
	pending := provisional.New("com_1", hashed("run"), "NONCE")
	over := Key{ID: "key_old", Name: until("run", now.Add(-time.Second)), Owner: "com_1", CreatedAt: now.Add(-6 * time.Hour)}
	changed := func(change func(*Key)) Key {
		key := over
		change(&key)
		return key
	}
	for _, c := range []struct {
		name string
		key  Key
		want string
	}{
		{"a second past its time", over, expired},
		{"at its time to the second", changed(func(k *Key) { k.Name = until("run", now) }), ""},
		{"old, and in time", changed(func(k *Key) { k.Name = until("run", now.Add(time.Second)); k.CreatedAt = now.AddDate(-1, 0, 0) }), ""},
		{"another configuration's", changed(func(k *Key) { k.Name = until("running", now.Add(-time.Hour)) }), ""},
		{"another company's", changed(func(k *Key) { k.Owner = "com_2" }), ""},
		{"the organization's", changed(func(k *Key) { k.Owner = "" }), ""},
		{"revoked", changed(func(k *Key) { k.Revoked = true }), ""},
		{"a name that says no time", changed(func(k *Key) { k.Name = "keyward-ephemeral/run" }), ""},
		{"the declared name itself", changed(func(k *Key) { k.Name = "run" }), ""},
		{"an orphan", changed(func(k *Key) { k.Name = pending }), orphaned},
		{"one that is being made", changed(func(k *Key) { k.Name, k.CreatedAt = pending, now.Add(-provisional.OrphanAge) }), ""},
		{"an orphan of a lasting key", changed(func(k *Key) { k.Name = provisional.New("com_1", "run", "NONCE") }), ""},
		{"an orphan of another name", changed(func(k *Key) { k.Name = provisional.New("com_1", hashed("running"), "NONCE") }), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, _ := overdue(c.key, "com_1", "run", now); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	composed := changed(func(k *Key) { k.Name = until("M\u00fcller", now.Add(-time.Hour)) })
	if got, _ := overdue(composed, "com_1", "Mu\u0308ller", now); got != expired {
		t.Errorf("one name, typed in two ways: got %q", got)
	}
}
