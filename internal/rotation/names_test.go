package rotation_test

import (
	"slices"
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

func TestUsed(t *testing.T) {
	proof := rotation.Prover + "1.0"
	for _, test := range []struct {
		name   string
		agents []string
		want   bool
	}{
		{"nobody knows by whom", nil, true},
		{"a proof", []string{proof}, false},
		{"as many proofs as are looked at", slices.Repeat([]string{proof}, rotation.MaxUses), true},
		{"one less", slices.Repeat([]string{proof}, rotation.MaxUses-1), false},
		{"somebody after the proof", []string{proof, "curl/8"}, true},
		{"somebody who says so", []string{"curl/8 " + rotation.Prover}, true},
	} {
		if got := rotation.Used(test.agents); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
