package cli

import (
	"strconv"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// requestHeader names the columns of a log.
var requestHeader = []string{"TIME", "PLATFORM", "KEY", "METHOD", "PATH", "STATUS", "MS", "ADDRESS", "PROGRAM"}

const requestStatusColumn = 5

// requestListing is a table of requests.
func requestListing(requests []inventory.Request, color bool) output.Listing {
	l := output.Listing{
		Header: requestHeader, Records: requests, Color: color, None: "No requests.",
		Paint: func(row, column int) output.Paint { return paintRequest(requests[row], column) },
	}
	for _, r := range requests {
		l.Rows = append(l.Rows, requestRow(r))
	}
	return l
}

func requestRow(r inventory.Request) []string {
	key := "unknown"
	if r.KeyID != nil {
		key = *r.KeyID
	}
	return []string{
		r.CreatedAt.UTC().Format("2006-01-02 15:04:05"), r.Platform, key, r.Method, r.Path,
		strconv.Itoa(r.Status), strconv.FormatInt(r.DurationMS, 10), r.IP, client.WithoutNonce(r.UserAgent),
	}
}

func paintRequest(r inventory.Request, column int) output.Paint {
	switch {
	case column != requestStatusColumn:
		return output.Plain
	case r.Status >= 500:
		return output.Red
	case r.Status >= 400:
		return output.Yellow
	default:
		return output.Green
	}
}
