/**
 * The engine as an application calls it.
 */
@org.jspecify.annotations.NullMarked
package io.oversync.service;
