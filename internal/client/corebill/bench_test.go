package corebill_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
)

// BenchmarkCorebillPages reads 1,000 keys from ten pages, cursor by cursor.
func BenchmarkCorebillPages(b *testing.B) {
	const pages = 10
	id := func(i int) string { return fmt.Sprintf("key_%012d", i) }
	answers, after := map[string]string{}, ""
	for number := range pages {
		keys := make([]string, corebill.PageSize)
		for i := range keys {
			keys[i] = fmt.Sprintf(`{"id":%q,"object":"api_key","name":"k","company_id":"com_1","permission_level":"read",`+
				`"key_prefix":"sk_live_01","disabled":false,"created_by":"dashboard","created_at":"2026-01-15T10:00:00Z"}`, id(number*corebill.PageSize+i))
		}
		next := id((number+1)*corebill.PageSize - 1)
		request := "GET /v1/api_keys?company_id=com_1&limit=100" + after
		after = "&starting_after=" + next
		if number == pages-1 {
			next = ""
		}
		answers[request] = list(strings.Join(keys, ","), next)
	}
	s := serve(b, answers)
	for b.Loop() {
		n := 0
		for _, err := range s.APIKeys(b.Context(), "com_1", corebill.KeyFilter{}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != pages*corebill.PageSize {
			b.Fatalf("%d keys", n)
		}
	}
}
