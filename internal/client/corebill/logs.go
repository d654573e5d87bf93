package corebill

import (
	"context"
	"iter"
	"strconv"
	"time"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
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
}

// APILogs yields the log of a company's requests, newest first, page by page.
// An error is the last thing it yields.
func (c *Client) APILogs(ctx context.Context, companyID string, filter LogFilter) iter.Seq2[corebillapi.APILog, error] {
	return walk(func(object corebillapi.APILog) string { return object.ID }, func(after string) ([]corebillapi.APILog, bool, *string, error) {
		query := within(companyID)
		if filter.APIKeyID != "" {
			query.Set("api_key_id", filter.APIKeyID)
		}
		if filter.Status != 0 {
			query.Set("status", strconv.Itoa(filter.Status))
		}
		if !filter.CreatedAfter.IsZero() {
			query.Set("created_after", filter.CreatedAfter.UTC().Format(time.RFC3339Nano))
		}
		if !filter.CreatedBefore.IsZero() {
			query.Set("created_before", filter.CreatedBefore.UTC().Format(time.RFC3339Nano))
		}
		var list logList
		err := c.list(ctx, "/v1/api_logs", query, after, filter.PageSize, &list)
		return list.Data, list.HasMore, list.NextCursor, err
	})
}
