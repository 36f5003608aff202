/**
 * The GitHub Action: what a pull request does to the monthly cost, as a comment, and recommendations as pull requests.
 * Not for deciding, pricing or planning, which it asks the other packages for.
 */
export {};
