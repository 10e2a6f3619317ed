package pg

// Extend is for the tests.
var Extend = extend
