/**
 * How an application writes its own tables instead of the engine
 * ({@code docs/protocol.md}, §2.2).
 */
@org.jspecify.annotations.NullMarked
package io.oversync.materialize;
