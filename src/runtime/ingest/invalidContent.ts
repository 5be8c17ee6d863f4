/** Content that is not what its name says, or that cannot be read; the message is for a person. */
export class InvalidContent extends Error {}
