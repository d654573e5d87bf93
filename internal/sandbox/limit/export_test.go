package limit

// Subjects returns how many subjects the limiter remembers.
func Subjects(l *Limiter) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.windows)
}
