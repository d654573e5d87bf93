package mask_test

import (
	"crypto/rand"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

func must(t *testing.T) func(string, error) string {
	return func(s string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

func TestText(t *testing.T) {
	key := must(t)(corebill.NewToken(rand.Reader))
	secret := must(t)(billium.NewToken(rand.Reader, billium.Secret))
	public := must(t)(billium.NewToken(rand.Reader, billium.Public))
	signing := must(t)(billium.NewSecret(rand.Reader))
	for text, want := range map[string]string{
		"":                        "",
		"a " + key + ", b":        "a " + key[:10] + "…, b",
		"x=" + secret:             "x=" + secret[:16] + "…",
		secret + public:           secret[:16] + "…",
		public + "\n" + signing:   public[:16] + "…\n" + signing[:10] + "…",
		"in part: " + key[:12]:    "in part: " + key[:10] + "…",
		"in part: " + secret[:20]: "in part: " + secret[:16] + "…",
		"prefixes: " + key[:10] + " " + secret[:16] + " " + signing[:10]: "prefixes: " + key[:10] + " " + secret[:16] + " " + signing[:10],
		"sk_live_your_api_key":          "sk_live_yo…_api_key",
		"task_list, disk_usage, risk_x": "task_list, disk_usage, risk_x",
	} {
		if got := mask.Text(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if mask.Has(text) != (text != want) {
			t.Errorf("Has(%q) is wrong", text)
		}
	}
}

func TestURL(t *testing.T) {
	key := must(t)(corebill.NewToken(rand.Reader))
	for raw, want := range map[string]string{
		"https://example.com/hook":               "https://example.com/hook",
		"https://u:p@example.com/hook?a=b&c=d#e": "https://example.com/hook?…",
		"https://example.com/" + key:             "https://example.com/" + key[:10] + "…",
		"://":                                    "(not a URL)",
	} {
		if got := mask.URL(raw); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
