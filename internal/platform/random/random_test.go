package random_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/random"
)

func TestStringHasLengthAndAlphabet(t *testing.T) {
	t.Parallel()
	for _, alphabet := range []string{random.Base62, random.LowerAlnum, random.Hex} {
		for _, n := range []int{1, 12, 32, 96} {
			got, err := random.String(rand.Reader, alphabet, n)
			if err != nil {
				t.Fatal(err)
			}
			if !random.Only(got, alphabet, n) {
				t.Errorf("String(%d) = %q: not %d characters of %q", n, got, n, alphabet)
			}
		}
	}
}

func TestStringIsUnbiased(t *testing.T) {
	t.Parallel()
	// Every byte value once per block: with the tail rejected, each character
	// must come up equally often.
	block := make([]byte, 256)
	for i := range block {
		block[i] = byte(i)
	}
	source := bytes.NewReader(bytes.Repeat(block, 40))
	got, err := random.String(source, random.Base62, 248*16)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range random.Base62 {
		if n := strings.Count(got, string(c)); n != 4*16 {
			t.Errorf("character %q drawn %d times, want %d", c, n, 4*16)
		}
	}
}

func TestStringReportsAFailingSource(t *testing.T) {
	t.Parallel()
	if _, err := random.String(strings.NewReader(""), random.Hex, 8); !errors.Is(err, io.EOF) {
		t.Errorf("error = %v, want io.EOF", err)
	}
}

func TestOnly(t *testing.T) {
	t.Parallel()
	cases := []struct {
		s    string
		n    int
		want bool
	}{
		{"abc123", 6, true},
		{"abc123", 5, false},
		{"abc12!", 6, false},
		{"", 0, true},
		{"ABC", 3, false},
	}
	for _, c := range cases {
		if got := random.Only(c.s, random.LowerAlnum, c.n); got != c.want {
			t.Errorf("Only(%q, %d) = %t, want %t", c.s, c.n, got, c.want)
		}
	}
}
