package main

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The paths at which each platform lists its keys and its audit trail, one page
// of the most there may be. The demo makes far fewer of either.
const (
	corebillKeys = "/api_keys?limit=100"
	corebillLogs = "/api_logs?limit=100"
	billiumKeys  = "/api-keys?limit=100"
	billiumLogs  = "/api-logs?limit=100"
)

// liveKeys returns the names of the keys that are not revoked, by id.
func liveKeys(ctx context.Context, p platform, path string) (map[string]string, error) {
	var list struct {
		Data []struct{ ID, Name string } `json:"data"`
	}
	if err := p.get(ctx, path, &list); err != nil {
		return nil, err
	}
	keys := make(map[string]string, len(list.Data))
	for _, k := range list.Data {
		keys[k.ID] = k.Name
	}
	return keys, nil
}

// record is a row of api_logs.
type record struct {
	time         time.Time
	keyID        string
	method, path string
	status       int
}

// records returns the audit trail of both platforms, oldest first.
func records(ctx context.Context, corebill, billium platform) ([]record, error) {
	var ours struct {
		Data []struct {
			KeyID     string    `json:"api_key_id"`
			CreatedAt time.Time `json:"created_at"`
			Method    string    `json:"method"`
			Path      string    `json:"path"`
			Status    int       `json:"status"`
		} `json:"data"`
	}
	if err := corebill.get(ctx, corebillLogs, &ours); err != nil {
		return nil, err
	}
	var theirs struct {
		Data []struct {
			KeyID     string    `json:"apiKeyId"`
			CreatedAt time.Time `json:"createdAt"`
			Method    string    `json:"method"`
			Path      string    `json:"path"`
			Status    int       `json:"status"`
		} `json:"data"`
	}
	if err := billium.get(ctx, billiumLogs, &theirs); err != nil {
		return nil, err
	}
	var all []record
	for _, r := range ours.Data {
		all = append(all, record{r.CreatedAt, r.KeyID, r.Method, r.Path, r.Status})
	}
	for _, r := range theirs.Data {
		all = append(all, record{r.CreatedAt, r.KeyID, r.Method, r.Path, r.Status})
	}
	slices.SortStableFunc(all, func(a, b record) int {
		return cmp.Or(a.time.Compare(b.time), strings.Compare(a.path, b.path))
	})
	return all, nil
}

// shortPath shortens what is long in a recorded path: the way to the merchant
// and ids.
func shortPath(path string, billium platform) string {
	if root, err := url.Parse(billium.root); err == nil {
		if _, rest, ok := strings.Cut(path, root.Path[strings.LastIndex(root.Path, "/"):]); ok {
			path = "..." + rest
		}
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if len(s) > 16 {
			segments[i] = s[:10] + "..."
		}
	}
	return strings.Join(segments, "/")
}
