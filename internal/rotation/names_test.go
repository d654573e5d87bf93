package rotation_test

import (
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

func TestWhose(t *testing.T) {
	t.Parallel()
	leftover := rotation.Namesake{Ours: true, Alike: true}
	with := func(change func(*rotation.Namesake)) rotation.Namesake {
		key := leftover
		change(&key)
		return key
	}
	for name, c := range map[string]struct {
		key  rotation.Namesake
		want rotation.Claim
	}{
		"made by us, as declared, never used": {leftover, rotation.Leftover},
		"made by somebody else":               {with(func(k *rotation.Namesake) { k.Ours = false }), rotation.Foreign},
		"something else than declared":        {with(func(k *rotation.Namesake) { k.Alike = false }), rotation.Foreign},
		"used":                                {with(func(k *rotation.Namesake) { k.LastUsedAt = new(time.Unix(0, 0)) }), rotation.Foreign},
	} {
		if got := rotation.Whose(c.key); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"shop": true, "shop (rotate)": true, "Shop": false, "shop 2": false, "": false} {
		if got := rotation.Named(name, "shop"); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}
