package account

// Sweep does what the job does.
var Sweep = (*Service).sweep
