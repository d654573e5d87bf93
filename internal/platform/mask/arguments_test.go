package mask_test

import (
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

func TestArguments(t *testing.T) {
	const unique = "zJ4kQ9pLm2XvB7nT1cR8sWdY5gHf0aEu6iOqK3jM"
	for argument, want := range map[string]string{
		"live_" + unique:                        "live_zJ…",
		"SK_LIVE_" + unique:                     "SK_LIVE_zJ…",
		unique + unique + unique[:16]:           "zJ…",
		"--prefix=" + unique[:20]:               "--prefix=zJ…",
		"Bearer " + unique:                      "Bearer zJ…",
		"key_0123456789abcdef0123456789abcdef":  "key_0123456789abcdef0123456789abcdef",
		"mer_0f1e2d3c4b5a69788796a5b4c3d2e1f0":  "mer_0f1e2d3c4b5a69788796a5b4c3d2e1f0",
		"key_a1b2c3d4e5f6":                      "key_a1b2c3d4e5f6",
		"states/ProductionEnvironment2026/a":    "states/ProductionEnvironment2026/a",
		"/tmp/TestKeysPruneOfOneCompany381/001": "/tmp/TestKeysPruneOfOneCompany381/001",
		strings.Repeat("abcdefghij", 5):         strings.Repeat("abcdefghij", 5),
	} {
		if got := mask.Arguments("open "+argument+": no", []string{argument}); got != "open "+want+": no" {
			t.Errorf("%s: got %q, want %q", argument, got, want)
		}
	}
	if got := mask.Arguments(unique, []string{"a"}); got != unique {
		t.Errorf("what is in no argument: %q", got)
	}
}
