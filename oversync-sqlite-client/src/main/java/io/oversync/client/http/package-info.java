/**
 * The HTTP that the client needs, replaceable where {@code java.net.http} is missing.
 */
@NullMarked
package io.oversync.client.http;

import org.jspecify.annotations.NullMarked;
