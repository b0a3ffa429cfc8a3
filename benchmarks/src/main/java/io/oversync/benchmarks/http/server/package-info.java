/**
 * The application that is measured, in a process of its own.
 */
@NullMarked
package io.oversync.benchmarks.http.server;

import org.jspecify.annotations.NullMarked;
