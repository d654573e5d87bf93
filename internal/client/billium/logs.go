package billium

import (
	"context"
	"iter"
	"net/url"
	"strconv"
	"time"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
)

// LogFilter narrows a list of log rows. Zero values narrow nothing.
type LogFilter struct {
	// APIKeyID: requests that this key made.
	APIKeyID string
	// Status: requests that were answered with this HTTP status.
	Status int
	// CreatedAfter and CreatedBefore: requests between these times, both excluded.
	CreatedAfter, CreatedBefore time.Time
	// PageSize is how many rows one request gets, 1 to 100; 0 means 100. Anyone who
	// wants the newest row alone asks for 1.
	PageSize int
	// Announce is told how many pages APILogs will read, as the first one tells it and
	// where that is sound; nil: no one.
	Announce func(pages int)
}

// APILogs yields the log of a merchant's requests, newest first, page by page.
// An error is the last thing it yields.
func (c *Client) APILogs(ctx context.Context, merchantID string, filter LogFilter) iter.Seq2[billiumapi.APILog, error] {
	return walk(func(row billiumapi.APILog) string { return row.ID }, func(number int) (page[billiumapi.APILog], error) {
		got, err := c.APILogPage(ctx, merchantID, filter, number)
		return page[billiumapi.APILog](got).announce(filter.Announce), err
	})
}

// APILogPage returns a page of the log, counted from 1. One request.
func (c *Client) APILogPage(ctx context.Context, merchantID string, filter LogFilter, number int) (billiumapi.APILogPage, error) {
	query := url.Values{}
	if filter.APIKeyID != "" {
		query.Set("apiKeyId", filter.APIKeyID)
	}
	if filter.Status != 0 {
		query.Set("status", strconv.Itoa(filter.Status))
	}
	if !filter.CreatedAfter.IsZero() {
		query.Set("createdAfter", filter.CreatedAfter.UTC().Format(time.RFC3339Nano))
	}
	if !filter.CreatedBefore.IsZero() {
		query.Set("createdBefore", filter.CreatedBefore.UTC().Format(time.RFC3339Nano))
	}
	got, err := list[billiumapi.APILog](ctx, c, at(merchantID, "api-logs"), query, number, filter.PageSize)
	return billiumapi.APILogPage(got), err
}
