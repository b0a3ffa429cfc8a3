/**
 * What tests share.
 */
@org.jspecify.annotations.NullMarked
package io.oversync.test;
