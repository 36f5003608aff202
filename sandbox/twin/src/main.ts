/** The twin: a server that stands for a service we have no image of, burning the CPU that its requests ask for. */
export {};
