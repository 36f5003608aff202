/**
 * Runs environments and isolated commands in Docker, reads what they used, and leaves nothing behind.
 * Not for deciding what runs or whether it was good enough.
 */
export {};
