package apikey

import (
	"testing"
	"time"
)

func TestLeftBehind(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 15, 0, 0, 0, time.UTC)
	minted := Key{ID: "key_new", Name: Marker + "run", Owner: "com_1", CreatedBy: "key_own", CreatedAt: now}
	changed := func(change func(*Key)) Key {
		key := minted
		key.ID, key.CreatedAt = "key_old", now.Add(-2*time.Hour)
		change(&key)
		return key
	}
	for _, c := range []struct {
		name string
		key  Key
		want bool
	}{
		{"an old one", changed(func(*Key) {}), true},
		{"the minted one itself", minted, false},
		{"one that is an hour old to the second", changed(func(k *Key) { k.CreatedAt = now.Add(-time.Hour) }), false},
		{"a younger one", changed(func(k *Key) { k.CreatedAt = now.Add(-59 * time.Minute) }), false},
		{"another configuration's", changed(func(k *Key) { k.Name = Marker + "running" }), false},
		{"a key of that name without the marker", changed(func(k *Key) { k.Name = "run" }), false},
		{"somebody else's", changed(func(k *Key) { k.CreatedBy = "key_other" }), false},
		{"one from the dashboard", changed(func(k *Key) { k.CreatedBy = "dashboard" }), false},
		{"another company's", changed(func(k *Key) { k.Owner = "com_2" }), false},
		{"the organization's", changed(func(k *Key) { k.Owner = "" }), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := leftBehind(c.key, minted, time.Hour); got != c.want {
				t.Errorf("got %t, want %t", got, c.want)
			}
		})
	}
}

func TestLeftoverAfterIsLongEnough(t *testing.T) {
	t.Parallel()
	for text, valid := range map[string]bool{"1m": true, "90m": true, "24h": true, "59s": false, "0s": false, "-1h": false, "soon": false, "": false} {
		if err := checkLeftoverAfter(text); (err == nil) != valid {
			t.Errorf("%q: %v", text, err)
		}
	}
}
