package env

import (
	"strconv"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// requestHeader names the columns of a log.
var requestHeader = []string{"TIME", "PLATFORM", "KEY", "METHOD", "PATH", "STATUS", "MS", "ADDRESS", "PROGRAM"}

// RequestStatusColumn is the one that has a colour.
const RequestStatusColumn = 5

// RequestListing is a table of requests, for keys show and logs.
func RequestListing(requests []inventory.Request) output.Listing {
	l := output.Listing{
		Header: requestHeader, Records: requests, None: "No requests.",
		Paint: func(row, column int) output.Paint { return PaintRequest(requests[row], column) },
	}
	for _, r := range requests {
		l.Rows = append(l.Rows, RequestRow(r))
	}
	return l
}

// RequestRow is a request in the table's columns.
func RequestRow(r inventory.Request) []string {
	key := "unknown"
	if r.KeyID != nil {
		key = *r.KeyID
	}
	return []string{
		r.CreatedAt.UTC().Format("2006-01-02 15:04:05"), r.Platform, key, r.Method, r.Path,
		strconv.Itoa(r.Status), strconv.FormatInt(r.DurationMS, 10), r.IP, client.WithoutNonce(r.UserAgent),
	}
}

// PaintRequest is the colour of a column of a request.
func PaintRequest(r inventory.Request, column int) output.Paint {
	switch {
	case column != RequestStatusColumn:
		return output.Plain
	case r.Status >= 500:
		return output.Red
	case r.Status >= 400:
		return output.Yellow
	default:
		return output.Green
	}
}
