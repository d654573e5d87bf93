package sandbox_test

import (
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// TestNothingIsLostAtTheEnd ends the server right after many requests, which are
// recorded behind them: each has its row, and the key its last use.
func TestNothingIsLostAtTheEnd(t *testing.T) {
	const clients, each = 8, 25
	dir := t.TempDir()
	options := sandbox.Options{Database: filepath.Join(dir, "a.db"), CredentialsFile: filepath.Join(dir, "a.json")}
	r := serve(t, options)
	credentials := read(t, options.CredentialsFile)
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for range each {
				if got := status(t, credentials); got != http.StatusOK {
					t.Errorf("a request is answered with %d", got)
				}
			}
		})
	}
	group.Wait()
	r.end(t)

	database, err := store.Open(t.Context(), options.Database)
	check(t, err)
	defer func() { check(t, database.Close()) }()
	_, rows, err := database.Logs(store.LogFilter{Platform: store.Corebill, ScopeID: credentials.Corebill.CompanyID}).ByPage(t.Context(), store.Page{Number: 1, Limit: 1})
	check(t, err)
	if rows != clients*each {
		t.Errorf("%d of %d requests are recorded", rows, clients*each)
	}
	keys, err := database.CorebillKeys().All(t.Context())
	check(t, err)
	if len(keys) != 1 || keys[0].LastUsedAt == nil {
		t.Errorf("the key's last use is not recorded: %+v", keys)
	}
}
