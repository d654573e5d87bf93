package providerdata

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestReplacedIn(t *testing.T) {
	t.Parallel()
	for userAgent, want := range map[string]string{
		"terraform-provider-keyward/1.2.3 terraform/1.11.4 (" + Replaces("key_1") + ")": "key_1",
		"terraform-provider-keyward/1.2.3 (rotates key_1)":                              "",
		"terraform-provider-keyward/1.2.3 (replaces key_1) (more)":                      "",
		"curl/8 (replaces key_1)":                                                       "",
		"":                                                                              "",
	} {
		if got, ok := replacedIn(userAgent); ok && got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", userAgent, got, ok, want)
		}
	}
}

func TestReplacedIDs(t *testing.T) {
	t.Parallel()
	said := func(id string) string { return agent + "1.2.3 (" + Replaces(id) + ")" }
	broken := errors.New("broken")
	busy := slices.Repeat([]string{"curl/8"}, maxRows)
	for name, c := range map[string]struct {
		all, own []string
		ownErr   error
		fails    bool
		want     string
	}{
		"any credential's":               {all: []string{"curl/8", said("key_1"), said("wh_1")}, want: "key_1 wh_1"},
		"nothing":                        {all: []string{"curl/8"}},
		"a log that can't be read":       {all: []string{said("key_1")}, fails: true},
		"in a busy log, our own":         {all: append(slices.Clone(busy), said("key_1")), own: []string{said("key_2")}, want: "key_2"},
		"in a busy log, of whom we know": {all: slices.Concat([]string{said("key_1")}, busy), own: []string{said("key_2")}, ownErr: broken, want: "key_1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			agents := func(keyID string) iter.Seq2[string, error] {
				return func(yield func(string, error) bool) {
					for _, userAgent := range map[string][]string{"": c.all, "key_own": c.own}[keyID] {
						if !yield(userAgent, nil) {
							return
						}
					}
					if c.fails {
						yield("", broken)
					}
				}
			}
			ids, err := replacedIDs(t.Context(), agents, func(context.Context) (string, error) { return "key_own", c.ownErr })
			if got := strings.Join(slices.Sorted(maps.Keys(ids)), " "); c.fails != (err != nil) || !c.fails && got != c.want {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}
