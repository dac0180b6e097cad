package load

import (
	"context"

	"github.com/eslabon/eslabon/internal/chain"
)

func readCSV(context.Context, *input, *Options, *Report) (*chain.Log, error) {
	return nil, &Error{Code: "format"}
}

func readOCELJSON(context.Context, *input, *Options, *Report) (*chain.Log, error) {
	return nil, &Error{Code: "format"}
}

func readOCELXML(context.Context, *input, *Options, *Report) (*chain.Log, error) {
	return nil, &Error{Code: "format"}
}
