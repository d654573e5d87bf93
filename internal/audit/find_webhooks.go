package audit

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

func checkWebhookDisabled(c *check) {
	for _, w := range c.Webhooks {
		if w.Enabled {
			continue
		}
		field := "enabled"
		if w.Platform == Billium {
			field = "is_active"
		}
		c.add(w.Object, Finding{
			Title:    fmt.Sprintf("%s is disabled.", upper(w.Short())),
			Evidence: []string{fmt.Sprintf("The platform has %s = false.", field)},
			Remedy: Remedy{
				Text:     "If it is needed, enable it; if not, remove it.",
				Language: HCL, Code: field + " = true",
			},
		})
	}
}

func checkWebhookFailing(c *check) {
	for _, w := range c.Webhooks {
		if w.Ping == nil || w.Ping.Delivered {
			continue
		}
		answer := "did not answer"
		if w.Ping.Status != 0 {
			answer = fmt.Sprintf("answered with %d", w.Ping.Status)
		}
		evidence := []string{"The audit had the platform send a ping: the endpoint " + answer + "."}
		if w.Ping.Error != "" {
			evidence = append(evidence, "The platform says: "+strings.TrimSuffix(w.Ping.Error, ".")+".")
		}
		c.add(w.Object, Finding{
			Title: fmt.Sprintf("%s does not take events: it %s.", upper(w.Short()), answer), Evidence: evidence,
			Remedy: Remedy{Text: "Fix the endpoint, then audit again with --ping-webhooks; or remove the webhook if nothing listens any more."},
		})
	}
}

func checkWebhookPlain(c *check) {
	for _, w := range c.Webhooks {
		u, err := url.Parse(w.URL)
		if err == nil && u.Scheme == "https" {
			continue
		}
		evidence := []string{"Its URL is " + mask.URL(w.URL) + "."}
		remedy := Remedy{Text: "Serve the endpoint with https and declare that address."}
		if err == nil && u.Host != "" {
			u.Scheme = "https"
			remedy.Language, remedy.Code = HCL, hclText("url", mask.URL(u.String()))
		}
		c.add(w.Object, Finding{
			Title: fmt.Sprintf("%s is sent its events without https.", upper(w.Short())), Evidence: evidence, Remedy: remedy,
		})
	}
}
