package deliver_test

import (
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/deliver"
)

func TestRetry(t *testing.T) {
	t.Parallel()
	const noAnswer = 0
	for _, test := range []struct {
		status, number, retries int
		want                    time.Duration // 0: no other attempt
	}{
		{200, 1, 3, 0},
		{204, 1, 3, 0},
		{299, 2, 3, 0},
		{301, 1, 3, 0},
		{400, 1, 3, 0},
		{404, 1, 10, 0},
		{410, 1, 10, 0},
		{429, 1, 10, 0},
		{451, 1, 10, 0},
		{499, 1, 10, 0},
		{500, 1, 3, 60 * time.Second},
		{503, 2, 3, 120 * time.Second},
		{599, 3, 3, 240 * time.Second},
		{500, 4, 3, 0},
		{noAnswer, 1, 3, 60 * time.Second},
		{noAnswer, 3, 3, 240 * time.Second},
		{noAnswer, 4, 3, 0},
		{500, 1, 0, 0},
		{noAnswer, 1, 0, 0},
		{500, 10, 10, 60 * 512 * time.Second},
		{500, 11, 10, 0},
		{500, 5, 2, 0}, // retry_count was lowered meanwhile
	} {
		wait, again := deliver.Retry(test.status, test.number, test.retries)
		if wait != test.want || again != (test.want > 0) {
			t.Errorf("%d at attempt %d of 1+%d: %v, %v; want %v", test.status, test.number, test.retries, wait, again, test.want)
		}
	}
}

func TestValidURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{
		"https://example.com/hook": true, "http://127.0.0.1:8080": true, "http://[::1]:80/": true, "https://u:p@example.com": true,
		"https://": false, "http:///path": false, "http://:80/": false, "http://[::1": false, "ftp://example.com": false, "": false, "https://a b": false,
	} {
		if got := deliver.ValidURL(url); got != want {
			t.Errorf("%q: %v", url, got)
		}
	}
}
