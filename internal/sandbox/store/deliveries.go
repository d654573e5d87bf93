package store

import (
	"context"
	"time"
)

// Delivery is an event on its way to a webhook.
type Delivery struct {
	ID        string
	WebhookID string
	EventID   string
	Event     string
	// Body is what is sent, the same at every attempt.
	Body string
	// Attempts is how many have been made.
	Attempts int
	// NextAt is when the next one is due, or for a delivery that somebody is making
	// when it is anybody's again.
	NextAt time.Time
}

// DeliveryAttempt is a row of the delivery log.
type DeliveryAttempt struct {
	DeliveryID string
	WebhookID  string
	EventID    string
	Event      string
	// Number counts the delivery's attempts from 1.
	Number int
	// Status is the endpoint's answer, nil where it gave none.
	Status *int
	// Error is why the event was not taken, nil where it was.
	Error *string
	At    time.Time
	// NextAt is when the next attempt is due, nil where none follows.
	NextAt *time.Time
}

const (
	deliveryColumns = "id, webhook_id, event_id, event, body, attempts, next_at"
	attemptColumns  = "delivery_id, webhook_id, event_id, event, attempt, status, error, at, next_at"
)

func scanDelivery(row scanner) (Delivery, error) {
	var d Delivery
	var nextAt int64
	err := row.Scan(&d.ID, &d.WebhookID, &d.EventID, &d.Event, &d.Body, &d.Attempts, &nextAt)
	d.NextAt = fromMicros(nextAt)
	return d, err
}

func scanAttempt(row scanner) (DeliveryAttempt, error) {
	var a DeliveryAttempt
	var at int64
	var nextAt *int64
	err := row.Scan(&a.DeliveryID, &a.WebhookID, &a.EventID, &a.Event, &a.Number, &a.Status, &a.Error, &at, &nextAt)
	a.At, a.NextAt = fromMicros(at), fromMicrosOrNull(nextAt)
	return a, err
}

// CreateDelivery adds a delivery to the queue.
func (s *Store) CreateDelivery(ctx context.Context, d Delivery) error {
	_, err := s.write(ctx, "INSERT INTO webhook_deliveries ("+deliveryColumns+") VALUES ("+placeholders(7)+")",
		d.ID, d.WebhookID, d.EventID, d.Event, d.Body, d.Attempts, micros(d.NextAt))
	return err
}

// DueDeliveries returns what is due, the longest overdue first.
func (s *Store) DueDeliveries(ctx context.Context, now time.Time, limit int) ([]Delivery, error) {
	return all(ctx, s, scanDelivery, "SELECT "+deliveryColumns+" FROM webhook_deliveries WHERE next_at <= ? ORDER BY next_at, id LIMIT ?",
		micros(now), limit)
}

// NextDelivery returns when the next delivery is due: ErrNotFound where none is
// waiting.
func (s *Store) NextDelivery(ctx context.Context) (time.Time, error) {
	at, err := one(ctx, s, scalar[int64], "SELECT next_at FROM webhook_deliveries ORDER BY next_at LIMIT 1")
	return fromMicros(at), err
}

// ClaimDelivery reserves a due delivery until the given time and reports whether
// it was still to be had.
func (s *Store) ClaimDelivery(ctx context.Context, d Delivery, until time.Time) (bool, error) {
	claimed, err := s.write(ctx, "UPDATE webhook_deliveries SET next_at = ? WHERE id = ? AND next_at = ?", micros(until), d.ID, micros(d.NextAt))
	return claimed == 1, err
}

// ReleaseDelivery gives back a claimed delivery that no attempt was made of.
func (s *Store) ReleaseDelivery(ctx context.Context, d Delivery) error {
	_, err := s.write(ctx, "UPDATE webhook_deliveries SET next_at = ? WHERE id = ?", micros(d.NextAt), d.ID)
	return err
}

// DropDelivery takes a delivery from the queue.
func (s *Store) DropDelivery(ctx context.Context, id string) error {
	_, err := s.write(ctx, "DELETE FROM webhook_deliveries WHERE id = ?", id)
	return err
}

// FinishAttempt logs an attempt of a delivery and takes the delivery from the
// queue, or puts it off where NextAt is set. It returns the attempt as logged:
// without NextAt where the delivery was dropped meanwhile.
func (s *Store) FinishAttempt(ctx context.Context, a DeliveryAttempt) (DeliveryAttempt, error) {
	err := s.InTx(ctx, func(ctx context.Context) error {
		if a.NextAt == nil {
			if err := s.DropDelivery(ctx, a.DeliveryID); err != nil {
				return err
			}
			return s.LogAttempt(ctx, a)
		}
		changed, err := s.write(ctx, "UPDATE webhook_deliveries SET attempts = ?, next_at = ? WHERE id = ?", a.Number, micros(*a.NextAt), a.DeliveryID)
		if err != nil {
			return err
		}
		if changed == 0 {
			a.NextAt = nil
		}
		return s.LogAttempt(ctx, a)
	})
	return a, err
}

// LogAttempt adds a row to the delivery log.
func (s *Store) LogAttempt(ctx context.Context, a DeliveryAttempt) error {
	_, err := s.write(ctx, "INSERT INTO webhook_attempts ("+attemptColumns+") VALUES ("+placeholders(9)+")",
		a.DeliveryID, a.WebhookID, a.EventID, a.Event, a.Number, a.Status, a.Error, micros(a.At), microsOrNull(a.NextAt))
	return err
}

// DeliveryAttempts returns the delivery log, oldest first.
func (s *Store) DeliveryAttempts(ctx context.Context) ([]DeliveryAttempt, error) {
	return all(ctx, s, scanAttempt, "SELECT "+attemptColumns+" FROM webhook_attempts ORDER BY at, delivery_id, attempt")
}
