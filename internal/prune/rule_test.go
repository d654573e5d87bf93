package prune

import (
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

const day = 24 * time.Hour

var since = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func at(d time.Duration) *time.Time { return new(since.Add(d)) }

// says fails where a decision is another one or says something else.
func says(t *testing.T, got Verdict, revoke bool, why string) {
	t.Helper()
	if got.Revoke != revoke || !strings.Contains(got.Why, why) {
		t.Errorf("%t, %q; want %t, %q", got.Revoke, got.Why, revoke, why)
	}
}

func TestByName(t *testing.T) {
	pending := provisional.New("com_1", "reporting", "NONCE")
	ephemeral := provisional.Ephemeral{Name: "ci", Until: since.Add(6 * time.Hour)}.String()
	for _, c := range []struct {
		name   string
		age    time.Duration
		ok     bool
		kind   Kind
		revoke bool
		why    string
	}{
		{"reporting", 400 * day, false, "", false, ""},
		{"reporting (rotate)", 400 * day, false, "", false, ""},
		{pending, 0, true, Orphaned, false, "its creation is under way"},
		{pending, 15 * time.Minute, true, Orphaned, false, "older than 15 minutes"},
		{pending, 15*time.Minute + time.Second, true, Orphaned, true, "no one can have its token"},
		{ephemeral, 6 * time.Hour, false, "", false, ""},
		{ephemeral, 6*time.Hour + time.Second, true, Ephemeral, true, "was to live until 2026-03-01T06:00:00Z"},
		{"keyward-ephemeral/ci", 400 * day, false, "", false, ""},
	} {
		got, kind, ok := byName(inventory.Key{Name: c.name, CreatedAt: since}, since.Add(c.age))
		if ok != c.ok || kind != c.kind {
			t.Errorf("%q after %s: %v %q", c.name, c.age, ok, kind)
		}
		says(t, got, c.revoke, c.why)
	}
}

func TestOver(t *testing.T) {
	quiet := rotation.Overlap{For: day, Quiet: time.Hour, Max: 7 * day}
	for _, c := range []struct {
		name   string
		rule   rotation.Overlap
		used   *time.Time
		now    time.Duration
		revoke bool
		why    string
	}{
		{"no overlap", rotation.Overlap{}, at(0), 0, true, "no overlap"},
		{"before its end", rotation.Overlap{For: day}, nil, day - 1, false, "its overlap ends at 2026-03-02T00:00:00Z"},
		{"at its end", rotation.Overlap{For: day}, at(day), day, true, "its overlap ended at 2026-03-02T00:00:00Z"},
		{"never used", quiet, nil, day, true, "its overlap ended"},
		{"used lately", quiet, at(day - time.Minute), day, false, "less than its quiet_period (1h0m0s) ago"},
		{"quiet long enough", quiet, at(day - time.Hour), day, true, "its overlap ended"},
		{"used until the last", quiet, at(7*day - 1), 7 * day, true, "max_overlap ended at 2026-03-08T00:00:00Z"},
		{"used, and no last day", rotation.Overlap{For: day, Quiet: time.Hour}, at(70 * day), 70 * day, false, "quiet_period"},
		{"quiet alone", rotation.Overlap{Quiet: time.Hour}, at(0), time.Minute, false, "quiet_period"},
	} {
		t.Run(c.name, func(t *testing.T) {
			says(t, over(c.rule, rotation.Replaced{Since: since, LastUsedAt: c.used}, since.Add(c.now)), c.revoke, c.why)
		})
	}
}

// A previous key goes only where the key that replaced it is known to work.
func TestReplaced(t *testing.T) {
	working := func(change func(*inventory.Key)) *inventory.Key {
		key := &inventory.Key{ID: "key_new", Status: inventory.Live, CreatedAt: since, LastUsedAt: at(0)}
		change(key)
		return key
	}
	for _, c := range []struct {
		name    string
		current *inventory.Key
		revoke  bool
		why     string
	}{
		{"works", working(func(*inventory.Key) {}), true, "its overlap ended"},
		{"gone", nil, false, "is not live: apply first"},
		{"disabled", working(func(k *inventory.Key) { k.Status = inventory.Disabled }), false, "key_new, is disabled: enable it"},
		{"revoked", working(func(k *inventory.Key) { k.Status = inventory.Revoked }), false, "key_new, is revoked"},
		{"never used", working(func(k *inventory.Key) { k.LastUsedAt = nil }), false, "has never been used, so it is not known to work"},
		{"not finished", working(func(k *inventory.Key) { k.Mark = provisional.Creating }), false, "is being created"},
		{"newer", working(func(k *inventory.Key) { k.CreatedAt = since.Add(day) }), false, "its overlap ends at"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, overlap := range []rotation.Overlap{{For: day}, {}} {
				got := replaced(overlap, inventory.Key{ID: "key_old", LastUsedAt: at(0)}, c.current, since.Add(day))
				if c.name == "newer" && overlap.None() || c.name == "works" && overlap.None() {
					says(t, got, true, "no overlap")
					continue
				}
				says(t, got, c.revoke, c.why)
			}
		})
	}
}

// request is one in the log, so long after the key's creation.
func request(after time.Duration, change func(*inventory.Request)) inventory.Request {
	r := inventory.Request{
		KeyID: new("key_maker"), Method: "PATCH", Path: "/v1/api_keys/key_1", Status: 200, UserAgent: "terraform-provider-keyward/1.2.3", IP: "192.0.2.1",
		CreatedAt: since.Add(after),
	}
	change(&r)
	return r
}

func verifying(after time.Duration, path string, change func(*inventory.Request)) inventory.Request {
	return request(after, func(r *inventory.Request) {
		r.KeyID, r.Method, r.Path, r.UserAgent = new("key_1"), "GET", path, "terraform-provider-keyward/1.2.3 (verifies key_1)"
		change(r)
	})
}

func same(*inventory.Request) {}

func TestListed(t *testing.T) {
	key := inventory.Key{ID: "key_1", Name: "reporting", CreatedAt: since}
	used := key
	used.LastUsedAt = at(time.Minute)
	verified := verifying(time.Minute, "/v1/companies", same)
	many := make([]inventory.Request, maxUses)
	for i := range many {
		many[i] = verified
	}
	for _, c := range []struct {
		name   string
		key    inventory.Key
		uses   []inventory.Request
		revoke bool
		why    string
	}{
		{"never used", key, nil, true, "nothing but Keyward's verification has used it"},
		{"verified on Corebill", used, []inventory.Request{verified}, true, ""},
		{"verified on Billium", used, []inventory.Request{verifying(time.Minute, "/v1/merchants/merchant/mer_1/api-keys/current", same)}, true, ""},
		{"used by what no one sees", used, nil, false, "by what the log doesn't show"},
		{"used later than the log says", used, []inventory.Request{verifying(0, "/v1/companies", same)}, false, "by what the log doesn't show"},
		{"by a program", used, []inventory.Request{verifying(time.Minute, "/v1/companies", func(r *inventory.Request) { r.UserAgent = "shop/1.0" })}, false,
			"shop/1.0 at 192.0.2.1 used it at 2026-03-01T00:01:00Z (answered 200)"},
		{"only ever refused", key, []inventory.Request{verifying(time.Minute, "/v1/customers", func(r *inventory.Request) { r.UserAgent, r.Status = "shop/1.0", 403 })}, false, "(answered 403)"},
		{"by a provider that works with it", used, []inventory.Request{verifying(time.Minute, "/v1/api_keys", func(r *inventory.Request) { r.UserAgent = "terraform-provider-keyward/1.2.3" })}, false, "terraform-provider-keyward/1.2.3"},
		{"by a provider that starts with it", used, []inventory.Request{verifying(time.Hour, "/v1/companies", func(r *inventory.Request) { r.UserAgent = "terraform-provider-keyward/1.2.3" })}, false, "used it at 2026-03-01T01:00:00Z"},
		{"by very many", used, many, false, "too many uses"},
	} {
		t.Run(c.name, func(t *testing.T) { says(t, listed(c.key, c.uses), c.revoke, c.why) })
	}
}

func TestUnclaimed(t *testing.T) {
	const finished = time.Minute
	for _, c := range []struct {
		name   string
		change func(key *inventory.Key)
		edit   inventory.Request
		uses   []inventory.Request
		part   bool // the log has not all
		age    time.Duration
		ok     bool
		revoke bool
		why    string
	}{
		{name: "finished, and no one uses it", edit: request(finished, same), age: day, ok: true, revoke: true,
			why: "made by Keyward (terraform-provider-keyward/1.2.3 with key_maker finished it at 2026-03-01T00:01:00Z), used by no one, in none of the states; something that the killed run deployed may have its token"},
		{name: "young", edit: request(finished, same), age: 15 * time.Minute, ok: true, why: "may still be running"},
		{name: "part of the log", edit: request(finished, same), age: day, part: true, ok: true, why: "keyward keys revoke key_1"},
		{name: "by another program", edit: request(finished, func(r *inventory.Request) { r.UserAgent = "curl/8.0" }), age: day},
		{name: "by keyward itself", edit: request(finished, func(r *inventory.Request) { r.UserAgent = "keyward/1.2.3" }), age: day},
		{name: "refused", edit: request(finished, func(r *inventory.Request) { r.Status = 403 }), age: day},
		{name: "another key's", edit: request(finished, func(r *inventory.Request) { r.Path = "/v1/api_keys/key_12" }), age: day},
		{name: "read", edit: request(finished, func(r *inventory.Request) { r.Method = "GET" }), age: day},
		{name: "with another key", edit: request(finished, func(r *inventory.Request) { r.KeyID = new("key_other") }), age: day},
		{name: "with no key", edit: request(finished, func(r *inventory.Request) { r.KeyID = nil }), age: day},
		{name: "renamed long after", edit: request(11*time.Minute, same), age: day},
		{name: "used", change: func(k *inventory.Key) { k.LastUsedAt = at(day) }, edit: request(finished, same), age: 2 * day},
		{name: "refused a use", uses: []inventory.Request{verifying(time.Hour, "/v1/customers", func(r *inventory.Request) { r.UserAgent, r.Status = "shop/1.0", 403 })},
			edit: request(finished, same), age: 2 * day},
	} {
		t.Run(c.name, func(t *testing.T) {
			key := inventory.Key{ID: "key_1", Name: "reporting", CreatedAt: since, CreatedBy: "key_maker"}
			if c.change != nil {
				c.change(&key)
			}
			got, ok := unclaimed(key, []inventory.Request{c.edit}, c.uses, !c.part, since.Add(c.age))
			if ok != c.ok {
				t.Errorf("a candidate: %t", ok)
			}
			says(t, got, c.revoke, c.why)
		})
	}
	if _, ok := unclaimed(inventory.Key{ID: "key_1", CreatedAt: since, CreatedBy: "key_maker"}, nil, nil, true, since.Add(day)); ok {
		t.Error("it is a candidate without any evidence")
	}
}
