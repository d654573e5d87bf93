package configured

import (
	"context"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
)

// CommentLife is how long a comment in the log counts.
const CommentLife = 24 * time.Hour

// Commented reports whether the log of a company's requests has one of the last 24
// hours whose user agent ends with a comment.
func (c *Corebill) Commented(ctx context.Context, companyID, comment string) (bool, error) {
	for row, err := range c.Client.APILogs(ctx, companyID, corebill.LogFilter{CreatedAfter: c.Client.PlatformNow().Add(-CommentLife)}) {
		if err != nil {
			return false, err
		}
		if strings.HasSuffix(row.UserAgent, "("+comment+")") {
			return true, nil
		}
	}
	return false, nil
}

// Commented reports whether the log of the merchant's requests has one of the last
// 24 hours whose user agent ends with a comment.
func (b *Billium) Commented(ctx context.Context, merchantID, comment string) (bool, error) {
	for row, err := range b.Client.APILogs(ctx, merchantID, billium.LogFilter{CreatedAfter: b.Client.PlatformNow().Add(-CommentLife)}) {
		if err != nil {
			return false, err
		}
		if strings.HasSuffix(row.UserAgent, "("+comment+")") {
			return true, nil
		}
	}
	return false, nil
}

// Run returns what the run has shown of Corebill's objects.
func (c *Corebill) Run() *Objects { return &c.objects }

// Run returns what the run has shown of Billium's objects.
func (b *Billium) Run() *Objects { return &b.objects }

// Clock returns the clock.
func (c *Corebill) Clock() func() time.Time { return c.Now }

// Clock returns the clock.
func (b *Billium) Clock() func() time.Time { return b.Now }
