package billium

import "testing"

// The algebra of permissions on the widest sets there are.

func BenchmarkExpandAll(b *testing.B) {
	patterns := []string{"*:view", "invoice:*", "api_key:*", "merchant:edit"}
	for b.Loop() {
		if _, err := ExpandAll(patterns); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIntersect(b *testing.B) {
	have, want := Permissions(), Roles()[1].Permissions()
	for b.Loop() {
		Intersect(have, want)
	}
}

func BenchmarkMissing(b *testing.B) {
	have, want := Roles()[1].Permissions(), Permissions()
	for b.Loop() {
		Missing(have, want)
	}
}

func BenchmarkMinimumRole(b *testing.B) {
	ps := Permissions()
	for b.Loop() {
		MinimumRole(ps)
	}
}
