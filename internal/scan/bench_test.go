package scan_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/scan"
)

func BenchmarkReader(b *testing.B) {
	binary := make([]byte, 4<<20)
	if _, err := rand.Read(binary); err != nil {
		b.Fatal(err)
	}
	for name, content := range map[string]string{
		"text": strings.Repeat("func main() { fmt.Println(\"hello, world\") } // some text\n", 80_000)[:4<<20], "binary": string(binary),
	} {
		b.Run(name, func(b *testing.B) {
			s := newScanner(b, scan.Options{})
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				if _, err := s.Reader(b.Context(), "f", strings.NewReader(content)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
