package sandbox_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestManyStartOnOneDatabase(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		var mu sync.Mutex
		worlds := map[string]bool{}
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() {
				server, err := sandbox.New(t.Context(), sandbox.Options{Database: database})
				if err != nil {
					t.Error(err)
					return
				}
				handover, err := server.HandOver(t.Context(), "http://127.0.0.1:1")
				if err := errors.Join(err, server.Close(t.Context())); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				worlds[handover.Credentials.Corebill.CompanyID+handover.Credentials.Billium.MerchantID] = true
			})
		}
		group.Wait()
		if len(worlds) != 1 {
			t.Errorf("there are %d worlds in one database", len(worlds))
		}
	})
}

func TestTwoServersSeeEachOther(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		one := sandboxtest.Start(t, sandboxtest.WithDatabase(database))
		two := sandboxtest.Start(t, sandboxtest.WithDatabase(database))
		path := "/api_keys?company_id=" + one.Credentials.Corebill.CompanyID
		created := one.CallCorebill(t, one.Credentials.Corebill.APIKey, "POST", path, map[string]any{"name": "a", "permission_level": "read"}).Want(t, 201)
		two.CallCorebill(t, created.Text(t, "token"), "GET", "/companies", nil).Want(t, 200)
		two.CallCorebill(t, two.Credentials.Corebill.APIKey, "DELETE", strings.Replace(path, "?", "/"+created.Text(t, "id")+"?", 1), nil).Want(t, 200)
		one.CallCorebill(t, created.Text(t, "token"), "GET", "/companies", nil).Want(t, 401)
	})
}

func TestStateSurvivesARestart(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := sandboxtest.Start(t, sandboxtest.WithDatabase(database))
		customers := "/customers?company_id=" + s.Credentials.Corebill.CompanyID
		s.CallCorebill(t, s.Credentials.Corebill.APIKey, "POST", customers, map[string]any{"name": "a"}).Want(t, 201)
		invoice := s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", "/invoices", map[string]any{"amount": "1", "currency": "USD"}).Want(t, 201)
		disabled := s.CorebillKey(t, "", corebill.Read)
		s.DisableKey(t, s.CorebillKeys(t)[0].ID)
		used := s.CorebillKeys(t)[1].LastUsedAt
		s.Restart(t)
		if got := s.CallCorebill(t, s.Credentials.Corebill.APIKey, "GET", customers, nil).Data(t); len(got) != 1 {
			t.Errorf("the customers are %v", got)
		}
		s.CallBillium(t, s.Credentials.Billium.APIKey, "GET", "/invoices/"+invoice.Text(t, "id"), nil).Want(t, 200)
		s.CallCorebill(t, disabled, "GET", "/companies", nil).Want(t, 401)
		logs := s.CallCorebill(t, s.Credentials.Corebill.APIKey, "GET", "/api_logs?status=201&company_id="+s.Credentials.Corebill.CompanyID, nil).Data(t)
		if len(logs) != 1 || used == nil {
			t.Errorf("the log has %v", logs)
		}
	})
}

func TestParseRateLimits(t *testing.T) {
	for name, ok := range map[string]bool{"documented": true, "off": true, "": false, "OFF": false} {
		if _, err := sandbox.ParseRateLimits(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestLogIsAtMostASecondBehind(t *testing.T) {
	s := sandboxtest.Start(t)
	s.CallCorebill(t, s.Credentials.Corebill.APIKey, "GET", "/companies", nil).Want(t, 200)
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		beside := sandboxtest.Start(t, sandboxtest.WithDatabase(s.Database()))
		for _, key := range beside.CorebillKeys(t) {
			if key.LastUsedAt != nil {
				return
			}
		}
	}
	t.Error("the use of a key never reached the database")
}
