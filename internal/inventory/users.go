package inventory

import (
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// User is what used a key: a program at an address.
type User struct {
	IP, Program string
	Requests    int
	Last        time.Time
}

// Users sums requests up by who made them, the last one first.
func Users(requests []Request) []User {
	var users []User
	for _, r := range requests {
		program := client.WithoutNonce(r.UserAgent)
		i := slices.IndexFunc(users, func(u User) bool { return u.IP == r.IP && u.Program == program })
		if i < 0 {
			i = len(users)
			users = append(users, User{IP: r.IP, Program: program})
		}
		users[i].Requests++
		if r.CreatedAt.After(users[i].Last) {
			users[i].Last = r.CreatedAt
		}
	}
	slices.SortStableFunc(users, func(a, b User) int { return b.Last.Compare(a.Last) })
	return users
}
