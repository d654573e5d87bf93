package token

import (
	"bytes"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
)

func TestArgumentsThatAreRefused(t *testing.T) {
	for name, o := range map[string]Options{
		"no identity":               {ciphertext: env.Stdin},
		"both from stdin":           {identity: env.Stdin, ciphertext: env.Stdin},
		"an identity in its place":  {identity: "age-secret-key-1abc", ciphertext: env.Stdin},
		"an identity as ciphertext": {identity: "key.txt", ciphertext: "AGE-SECRET-KEY-1ABC"},
	} {
		stdin := bytes.NewBufferString("not read")
		o.Env = &env.Env{Stdin: stdin}
		if _, err := o.decrypt(); err == nil || stdin.Len() == 0 {
			t.Errorf("%s: error %v, %d bytes are left on stdin", name, err, stdin.Len())
		}
	}
}

func TestHintRepeatsNothing(t *testing.T) {
	for text, want := range map[string]bool{" \n": true, "<<EOT\n-----BEGIN AGE ENCRYPTED FILE-----": true, "sk_live_something": false} {
		if got := hint(text); (got != "") != want {
			t.Errorf("hint(%q) is %q", text, got)
		}
	}
}
