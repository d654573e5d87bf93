package store_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

func webhook(platform store.Platform, scopeID, id string) store.Webhook {
	w := store.Webhook{
		ID: id, URL: "https://example.com", Events: []string{"invoice.paid", "invoice.sent"},
		Enabled: true, Description: ptr("x"), RetryCount: 2, TimeoutMS: 1500, CreatedAt: start,
	}
	if platform == store.Corebill {
		w.CompanyID = &scopeID
	} else {
		w.MerchantID = &scopeID
	}
	return w
}

func webhookSecret(webhookID, id string) store.WebhookSecret {
	return store.WebhookSecret{ID: id, WebhookID: webhookID, Secret: "secret " + id, CreatedAt: start}
}

func TestWebhookRows(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		ours, theirs := webhook(store.Corebill, "com_0", "wh_1"), webhook(store.Billium, "mer_1", "wh_2")
		for scopeID, w := range map[string]store.Webhook{"com_0": ours, "mer_1": theirs} {
			check(t, s.CreateWebhook(t.Context(), w, webhookSecret(w.ID, "of "+w.ID)))
			if got, err := s.WebhooksOf(w.Platform(), scopeID).Get(t.Context(), w.ID); err != nil || !reflect.DeepEqual(got, w) {
				t.Errorf("got %+v, %v", got, err)
			}
		}
		for _, scope := range []struct {
			platform store.Platform
			id       string
		}{{store.Corebill, "com_1"}, {store.Billium, "com_0"}, {store.Corebill, "mer_1"}} {
			_, err := s.WebhooksOf(scope.platform, scope.id).Get(t.Context(), "wh_1")
			_, change := s.ChangeWebhook(t.Context(), s.WebhooksOf(scope.platform, scope.id), "wh_1", func(w *store.Webhook) { w.Enabled = false })
			if gone := s.WebhooksOf(scope.platform, scope.id).Delete(t.Context(), "wh_1"); !errors.Is(err, store.ErrNotFound) || !errors.Is(change, store.ErrNotFound) || !errors.Is(gone, store.ErrNotFound) {
				t.Errorf("%v: %v, %v, %v", scope, err, change, gone)
			}
		}
		change := func(w *store.Webhook) {
			w.URL, w.Events, w.Description, w.RetryCount, w.TimeoutMS = "http://localhost", []string{"item.created"}, nil, 9, 1000
		}
		_, err := s.ChangeWebhook(t.Context(), s.WebhooksOf(store.Corebill, "com_0"), "wh_1", change)
		check(t, err)
		change(&ours)
		if got, err := s.Webhooks().Get(t.Context(), "wh_1"); err != nil || !reflect.DeepEqual(got, ours) {
			t.Errorf("changed to %+v, %v", got, err)
		}
		check(t, s.DeleteCompany(t.Context(), "org_1", "com_0", start))
		if left, err := s.Webhooks().All(t.Context()); err != nil || len(left) != 1 || left[0].ID != "wh_2" {
			t.Errorf("without its company there are %+v, %v", left, err)
		}
	})
}

func TestWebhookSecretRows(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		check(t, s.CreateWebhook(t.Context(), webhook(store.Billium, "mer_1", "wh_1"), webhookSecret("wh_1", "a")))
		check(t, s.CreateWebhook(t.Context(), webhook(store.Billium, "mer_1", "wh_2"), webhookSecret("wh_2", "other")))
		want := func(at time.Time, ids ...string) {
			t.Helper()
			secrets, err := s.WebhookSecrets(t.Context(), at, "wh_1", "wh_2")
			check(t, err)
			var got []string
			for _, secret := range secrets["wh_1"] {
				got = append(got, secret.ID)
			}
			if !reflect.DeepEqual(got, ids) || len(secrets["wh_2"]) != 1 {
				t.Errorf("at %v: %v, want %v", at, got, ids)
			}
		}
		day := start.Add(24 * time.Hour)
		check(t, s.ReplaceWebhookSecret(t.Context(), webhookSecret("wh_1", "b"), &day))
		want(start, "b", "a")
		want(day, "b")
		check(t, s.ReplaceWebhookSecret(t.Context(), webhookSecret("wh_1", "c"), &day))
		want(start, "c", "b")
		check(t, s.ReplaceWebhookSecret(t.Context(), webhookSecret("wh_1", "d"), nil))
		want(start, "d")
		if err := s.ReplaceWebhookSecret(t.Context(), webhookSecret("wh_3", "e"), nil); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a secret of no webhook: %v", err)
		}
	})
}

func TestDeliveryQueue(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		check(t, s.CreateWebhook(t.Context(), webhook(store.Billium, "mer_1", "wh_1"), webhookSecret("wh_1", "a")))
		if _, err := s.Deliveries().First(t.Context()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an empty queue: %v", err)
		}
		d := store.Delivery{ID: "dlv_1", WebhookID: "wh_1", EventID: "evt_1", Event: "invoice.paid", Body: `{"a":1}`, NextAt: start}
		check(t, s.Deliveries().Insert(t.Context(), d))
		due := func(at time.Time) []store.Delivery {
			t.Helper()
			rows, err := s.DueDeliveries(t.Context(), at, 10)
			check(t, err)
			return rows
		}
		if got := due(start.Add(-time.Microsecond)); len(got) != 0 {
			t.Errorf("due too early: %+v", got)
		}
		if got := due(start); len(got) != 1 || got[0] != d {
			t.Errorf("due are %+v", got)
		}
		// A process that claims it and then dies keeps it until the claim has run out.
		until := start.Add(time.Minute)
		for i, want := range []bool{true, false} {
			if got, err := s.ClaimDelivery(t.Context(), d, until); err != nil || got != want {
				t.Errorf("claim %d: %v, %v", i, got, err)
			}
		}
		if got := due(until.Add(-time.Microsecond)); len(got) != 0 {
			t.Errorf("due while it is claimed: %+v", got)
		}
		if got := due(until); len(got) != 1 || got[0].Attempts != 0 {
			t.Errorf("due after the claim: %+v", got)
		}
		check(t, s.ReleaseDelivery(t.Context(), d))
		if got, err := s.Deliveries().First(t.Context()); err != nil || !got.NextAt.Equal(start) {
			t.Errorf("released, it is due at %v, %v", got, err)
		}

		next := start.Add(2 * time.Minute)
		attempt := store.DeliveryAttempt{DeliveryID: "dlv_1", WebhookID: "wh_1", EventID: "evt_1", Event: "invoice.paid", Number: 1, Status: ptr(500), Error: ptr("x"), At: start, NextAt: &next}
		logged, err := s.FinishAttempt(t.Context(), attempt)
		if err != nil || !reflect.DeepEqual(logged, attempt) || due(next)[0].Attempts != 1 {
			t.Errorf("logged %+v, %v", logged, err)
		}
		// Disabled while the second attempt is made: no third one follows.
		_, err = s.ChangeWebhook(t.Context(), s.WebhooksOf(store.Billium, "mer_1"), "wh_1", func(w *store.Webhook) { w.Enabled = false })
		check(t, err)
		attempt.Number = 2
		if logged, err := s.FinishAttempt(t.Context(), attempt); err != nil || logged.NextAt != nil || len(due(next)) != 0 {
			t.Errorf("logged %+v, %v", logged, err)
		}
		check(t, s.WebhooksOf(store.Billium, "mer_1").Delete(t.Context(), "wh_1"))
		if log, err := s.DeliveryAttempts().All(t.Context()); err != nil || len(log) != 2 || log[1].Number != 2 || log[1].NextAt != nil {
			t.Errorf("the log is %+v, %v", log, err)
		}
	})
}

func TestAfterCommit(t *testing.T) {
	s := open(t, t.TempDir()+"/a.db")
	seed(t, s)
	called := 0
	call := func() { called++ }
	s.AfterCommit(t.Context(), call)
	if called != 1 {
		t.Errorf("without a transaction it was called %d times", called)
	}
	undo := errors.New("undo")
	for _, result := range []error{undo, nil} {
		err := s.InTx(t.Context(), func(ctx context.Context) error {
			check(t, s.InTx(ctx, func(ctx context.Context) error { s.AfterCommit(ctx, call); return nil }))
			if called != 1 {
				t.Error("called before the commit")
			}
			return result
		})
		if !errors.Is(err, result) {
			t.Errorf("got %v", err)
		}
	}
	if called != 2 {
		t.Errorf("called %d times, want 2", called)
	}
}
