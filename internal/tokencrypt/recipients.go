package tokencrypt

import (
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
)

// ParseRecipients returns the recipients that the words name: age's own
// (age1…, age1pq1…) and SSH public keys (ssh-ed25519, ssh-rsa of at least 2048
// bits). Space around a word counts for nothing, so that it may be a file's
// content. An error tells which of several is wrong, counted from 1, and
// repeats none that could be secret.
func ParseRecipients(words []string) ([]age.Recipient, error) {
	if len(words) == 0 {
		return nil, errors.New("there is no recipient: no one could decrypt the token")
	}
	recipients := make([]age.Recipient, 0, len(words))
	quantum := 0
	for i, word := range words {
		word = strings.TrimSpace(word)
		recipient, err := parseRecipient(word)
		if err != nil && len(words) == 1 {
			return nil, fmt.Errorf("the recipient %w", err)
		}
		if err != nil {
			return nil, fmt.Errorf("recipient %d %w", i+1, err)
		}
		if _, ok := recipient.(*age.HybridRecipient); ok {
			quantum++
		}
		recipients = append(recipients, recipient)
	}
	// age refuses the mixture too, but only once there is a token to encrypt.
	if quantum > 0 && quantum < len(words) {
		return nil, errors.New("the recipients are mixed: where one is post-quantum (age1pq1…) all have to be, " +
			"since the token would be only as safe as the weakest of them")
	}
	return recipients, nil
}

func parseRecipient(word string) (age.Recipient, error) {
	switch upper := strings.ToUpper(word); {
	case word == "":
		return nil, errors.New("is empty")
	case strings.Contains(upper, "AGE-SECRET-KEY-"), strings.Contains(upper, "AGE-PLUGIN-"):
		return nil, errors.New("is a secret identity: declare its public key instead, the age1… that `age-keygen -y` prints; " +
			"where the configuration has been shared, take a new identity")
	case strings.Contains(upper, "PRIVATE KEY-----"):
		return nil, errors.New("is a private key: declare the public key instead; " +
			"where the configuration has been shared, take a new pair of keys")
	case strings.ContainsAny(word, "\r\n"):
		return nil, errors.New("has several lines: give each recipient as one of its own")
	case strings.HasPrefix(word, "age1pq1"):
		return explained(age.ParseHybridRecipient(word))
	case strings.HasPrefix(word, "age1"):
		if name, _, ok := strings.Cut(word[len("age1"):], "1"); ok {
			return nil, fmt.Errorf("is for the age plugin %q: plugins are not supported, take the age1… of `age-keygen`", name)
		}
		return explained(age.ParseX25519Recipient(word))
	case strings.HasPrefix(word, "ssh-"):
		return explained(agessh.ParseRecipient(word))
	}
	return nil, errors.New("is neither an age recipient (age1…) nor an SSH public key (ssh-ed25519 …, ssh-rsa …)")
}

// explained makes age's error one that follows "recipient 2". What it repeats of
// the word is public.
func explained[R age.Recipient](recipient R, err error) (age.Recipient, error) {
	if err != nil {
		return nil, fmt.Errorf("is wrong: %w", err)
	}
	return recipient, nil
}
