package billium_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
)

// BenchmarkBilliumPages reads 1,000 keys from ten pages.
func BenchmarkBilliumPages(b *testing.B) {
	const pages = 10
	answers := map[string]string{}
	for number := range pages {
		keys := make([]string, billium.PageSize)
		for i := range keys {
			keys[i] = fmt.Sprintf(`{"id":"key_%032x","merchantId":"mer_1","name":"k","type":"SECRET","permissions":["invoice:view"],`+
				`"keyPrefix":"sk_0123456789012","isActive":true,"createdBy":"tm_1",%s}`, number*billium.PageSize+i, created)
		}
		answers[fmt.Sprintf("GET %s/api-keys?limit=100&page=%d", root, number+1)] = page(number+1, pages, strings.Join(keys, ","))
	}
	s := serve(b, answers)
	for b.Loop() {
		n := 0
		for _, err := range s.APIKeys(b.Context(), "mer_1", billium.KeyFilter{}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != pages*billium.PageSize {
			b.Fatalf("%d keys", n)
		}
	}
}
