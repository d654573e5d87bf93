package sandboxtest_test

import (
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// attempt creates a key on a platform, with a connection of its own. It returns
// the answer's status, or 0 where there was none.
func attempt(t *testing.T, s *sandboxtest.Sandbox, platform string) int {
	t.Helper()
	url, body := s.Credentials.Corebill.BaseURL+"/v1/api_keys?company_id="+s.Credentials.Corebill.CompanyID, `{"name":"a","permission_level":"read"}`
	if platform == "billium" {
		url, body = s.Credentials.Billium.BaseURL+"/v1/merchants/merchant/"+s.Credentials.Billium.MerchantID+"/api-keys", `{"name":"a"}`
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+s.Credentials.Corebill.APIKey)
	request.Header.Set("X-Api-Key", s.Credentials.Billium.APIKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0
	}
	return response.StatusCode
}

// made counts the keys that attempts have made.
func made(t *testing.T, s *sandboxtest.Sandbox) (n int) {
	t.Helper()
	for _, key := range s.CorebillKeys(t) {
		if key.Name == "a" {
			n++
		}
	}
	for _, key := range s.BilliumKeys(t) {
		if key.Name == "a" {
			n++
		}
	}
	return n
}

func TestFaults(t *testing.T) {
	const cut = 0
	paths := map[string]string{"corebill": "/v1/api_keys", "billium": "/v1/merchants/merchant/*/api-keys"}
	for name, test := range map[string]struct {
		fault sandboxtest.Fault
		want  []int // the answers to four attempts
		made  int
	}{
		"cut before":         {sandboxtest.Fault{Cut: true}, []int{cut, 201, 201, 201}, 3},
		"cut after commit":   {sandboxtest.Fault{When: sandboxtest.Committed, Cut: true}, []int{cut, 201, 201, 201}, 4},
		"cut after answer":   {sandboxtest.Fault{When: sandboxtest.Answered, Cut: true}, []int{201, 201, 201, 201}, 4},
		"the second":         {sandboxtest.Fault{Nth: 2, Cut: true}, []int{201, cut, 201, 201}, 3},
		"the second, twice":  {sandboxtest.Fault{Nth: 2, Times: 2, Cut: true}, []int{201, cut, cut, 201}, 2},
		"endless":            {sandboxtest.Fault{Nth: 2, Times: sandboxtest.Endless, Cut: true}, []int{201, cut, cut, cut}, 1},
		"late":               {sandboxtest.Fault{When: sandboxtest.Late}, []int{cut, 201, 201, 201}, 4},
		"the last is late":   {sandboxtest.Fault{When: sandboxtest.Late, Nth: 4}, []int{201, 201, 201, cut}, 3},
		"503 before":         {sandboxtest.Fault{Status: 503}, []int{503, 201, 201, 201}, 3},
		"500 after commit":   {sandboxtest.Fault{When: sandboxtest.Committed, Status: 500}, []int{500, 201, 201, 201}, 4},
		"another method":     {sandboxtest.Fault{Method: "GET", Cut: true}, []int{201, 201, 201, 201}, 4},
		"another path":       {sandboxtest.Fault{Path: "/v1/*/x", Cut: true}, []int{201, 201, 201, 201}, 4},
		"another platform":   {sandboxtest.Fault{Platform: "other", Cut: true}, []int{201, 201, 201, 201}, 4},
		"not this request":   {sandboxtest.Fault{Selects: func(*http.Request) bool { return false }, Cut: true}, []int{201, 201, 201, 201}, 4},
		"nothing at all":     {sandboxtest.Fault{}, []int{201, 201, 201, 201}, 4},
		"nothing, committed": {sandboxtest.Fault{When: sandboxtest.Committed}, []int{201, 201, 201, 201}, 4},
	} {
		for platform, path := range paths {
			t.Run(platform+" "+name, func(t *testing.T) {
				s := sandboxtest.Start(t)
				fault := test.fault
				if fault.Platform == "" {
					fault.Platform = platform
				}
				if fault.Path == "" {
					fault.Path = path
				}
				s.Inject(fault)
				for i, want := range test.want {
					if got := attempt(t, s, platform); got != want {
						t.Errorf("attempt %d: %d, want %d", i+1, got, want)
					}
				}
				if got := made(t, s); got != test.made {
					t.Errorf("%d keys were made, want %d", got, test.made)
				}
			})
		}
	}
}

func TestFaultEndsWhenItIsRemoved(t *testing.T) {
	s := sandboxtest.Start(t)
	injected := s.Inject(sandboxtest.Fault{Times: sandboxtest.Endless, Cut: true})
	if attempt(t, s, "corebill") != 0 || attempt(t, s, "billium") != 0 || injected.Struck() != 2 {
		t.Errorf("%d requests were struck, want 2", injected.Struck())
	}
	injected.Remove()
	if attempt(t, s, "corebill") != 201 || injected.Struck() != 2 {
		t.Error("the fault did not end")
	}
}

// What a fault does happens at its moment, and with the server to itself.
func TestFaultDoes(t *testing.T) {
	for moment, wantMade := range map[sandboxtest.Moment]int{
		sandboxtest.Arrived: 0, sandboxtest.Committed: 1, sandboxtest.Answered: 1,
	} {
		t.Run(string(moment), func(t *testing.T) {
			s := sandboxtest.Start(t)
			other, then := make(chan int, 1), make(chan int, 1)
			injected := s.Inject(sandboxtest.Fault{Platform: "corebill", When: moment, Do: func() {
				then <- made(t, s)
				go func() { other <- attempt(t, s, "billium") }()
				for s.Waiting() == 0 {
					runtime.Gosched()
				}
			}})
			got, madeThen := attempt(t, s, "corebill"), <-then
			if got != 201 || madeThen != wantMade || injected.Struck() != 1 {
				t.Errorf("answered %d with %d keys made at that moment, want 201 with %d", got, madeThen, wantMade)
			}
			if got := <-other; got != 0 {
				t.Errorf("a request that came meanwhile was answered %d", got)
			}
			if got := made(t, s); got != 1 {
				t.Errorf("%d keys were made, want 1", got)
			}
		})
	}
}

// The answer is whole, even where the connection breaks right after it.
func TestAnsweredIsWhole(t *testing.T) {
	s := sandboxtest.Start(t)
	s.Inject(sandboxtest.Fault{When: sandboxtest.Answered, Cut: true})
	for range 2 {
		if got := s.CallCorebill(t, s.Credentials.Corebill.APIKey, "GET", "/companies", nil).Want(t, 200); len(got.Data(t)) != 2 {
			t.Errorf("the answer is %s", got.Body)
		}
	}
}
