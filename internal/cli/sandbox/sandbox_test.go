package sandbox

import "testing"

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"plain":       "plain",
		"a/b.json":    "a/b.json",
		"":            "''",
		"a b":         "'a b'",
		"it's":        `'it'\''s'`,
		"$(rm -rf /)": "'$(rm -rf /)'",
		"a\nb":        "'a\nb'",
	} {
		if got := quote(text); got != want {
			t.Errorf("quote(%q) is %s, want %s", text, got, want)
		}
	}
}

func TestWithoutPassword(t *testing.T) {
	for database, want := range map[string]string{
		"a.db":                              "a.db",
		"postgres://u@h/d":                  "postgres://u@h/d",
		"postgres://u:hidden@h:1/d?a=b":     "postgres://u:xxxxx@h:1/d?a=b",
		"postgres://h/d?password=hidden":    "postgres://h/d",
		"postgres://u:hidden@h:port/d":      "PostgreSQL",
		"postgres://h/d?sslpassword=hidden": "postgres://h/d",
	} {
		if got := withoutPassword(database); got != want {
			t.Errorf("%s is shown as %s, want %s", database, got, want)
		}
	}
}
