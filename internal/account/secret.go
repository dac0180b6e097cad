package account

import "github.com/eslabon/eslabon/internal/secret"

// Short names: most functions here have a secret of their own at hand.
var (
	newSecret = secret.New
	digest    = secret.Digest
	compose   = secret.Compose
	company   = secret.Company
)
